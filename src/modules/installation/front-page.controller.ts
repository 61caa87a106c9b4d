import { Controller, Get, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../access/index.js';

/** Sends whoever opens the server in a browser to the description of its API. */
@ApiExcludeController()
@Controller()
export class FrontPageController {
  @Get()
  @Public()
  @Redirect('/docs', 302)
  open(): void {}
}
