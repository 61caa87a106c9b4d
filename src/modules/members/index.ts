export { MemberView, ProjectRole } from './member.dto.js';
export { MembersModule } from './members.module.js';
export { MembersService } from './members.service.js';
export type { Membership } from './members.repository.js';
export { RoleOffers, type Offer, type OfferedProject } from './role-offers.js';
